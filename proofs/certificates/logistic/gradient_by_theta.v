From Derivlab Require Import Certificate.
Open Scope R_scope.

(** gradient by theta *)
Definition g (d : nat) (theta : nat -> R) (x : nat -> nat -> R) (i : nat) : R :=
  sigma (bsum d (fun j => (theta j) * (x i j))).
Definition J (N d : nat) (y : nat -> R) (g : nat -> R) (lambda : R) (theta : nat -> R) : R :=
  (-1) * (/ (INR N)) * (bsum N (fun i => (1 + (-1) * (y i)) * (ln (1 + (-1) * (g i))) + (ln (g i)) * (y i))) + (1 * / 2) * lambda * (bsum d (fun j => (theta j) ^ 2)).
Theorem gradient_by_theta : forall (N d : nat) (x : nat -> nat -> R) (theta : nat -> R) (y : nat -> R) (lambda : R) (j : nat),
  (0 < N)%nat ->
  (0 < d)%nat ->
  (j < d)%nat ->
  0 < lambda ->
  is_derive (fun t => J N d y (g d (upd theta j t) x) lambda (upd theta j t)) (theta j)
    ((/ (INR N)) * (bsum N (fun i => (g d theta x i + (-1) * (y i)) * (x i j))) + lambda * (theta j)).
Proof.
  intros N d x theta y lambda j Hsize_N Hsize_d Hin_j H1.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => N | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => x a_ b_ | 1%nat, [a_] => theta a_ | 2%nat, [a_] => y a_ | 3%nat, [] => lambda | _, _ => 0 end)
    ([1; 0; 1]%nat : list nat) ([j; 0; 0]%nat : list nat)
    ([([]%nat, (Ten 3 [])%nat)] : list premise)
    ([] : list equation)
    ([] : list definition)
    1%nat ([0]%nat : list nat)
    (Add (Mul (Mul (Num (-1)) (Inv (Len 0))) (Sum 0 (Add (Mul (Add (Num 1) (Mul (Num (-1)) (Ten 2 [0]))) (Ln (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))))))) (Mul (Ln (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (Ten 2 [0]))))) (Mul (Mul (Mul (Num 1) (Inv (Num 2))) (Ten 3 [])) (Sum 1 (power (Ten 1 [0]) 2))))%nat
    (Add (Mul (Inv (Len 0)) (Sum 0 (Mul (Add (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))) (Mul (Num (-1)) (Ten 2 [0]))) (Ten 0 [0; 1])))) (Mul (Ten 3 []) (Ten 1 [0])))%nat.
Qed.
