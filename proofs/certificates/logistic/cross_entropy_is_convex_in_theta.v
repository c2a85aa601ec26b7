From Derivlab Require Import Certificate.
Open Scope R_scope.

(** cross-entropy is convex in theta *)
Definition g (d : nat) (theta : nat -> R) (x : nat -> nat -> R) (i : nat) : R :=
  sigma (bsum d (fun j => (theta j) * (x i j))).
Definition J (N d : nat) (y : nat -> R) (g : nat -> R) (lambda : R) (theta : nat -> R) : R :=
  (-1) * (/ (INR N)) * (bsum N (fun i => (1 + (-1) * (y i)) * (ln (1 + (-1) * (g i))) + (ln (g i)) * (y i))) + (1 * / 2) * lambda * (bsum d (fun j => (theta j) ^ 2)).
Theorem cross_entropy_is_convex_in_theta : forall (d N : nat) (x : nat -> nat -> R) (theta : nat -> R) (y : nat -> R) (lambda : R) (v : nat -> R),
  (0 < d)%nat ->
  (0 < N)%nat ->
  0 < lambda ->
  (forall a, (a < d)%nat -> forall b, (b < d)%nat -> ex_derive (fun t => Derive (fun t1 => J N d y (g d (upd (upd theta b t) a t1) x) lambda (upd (upd theta b t) a t1)) (upd theta b t a)) (theta b)) /\
  0 <= bsum d (fun a => bsum d (fun b => (v a) * (v b) * (Derive (fun t => Derive (fun t1 => J N d y (g d (upd (upd theta b t) a t1) x) lambda (upd (upd theta b t) a t1)) (upd theta b t a)) (theta b)))).
Proof.
  intros d N x theta y lambda v Hsize_d Hsize_N H1.
  split; [intros a Hin_a_; intros b Hin_b_; prove_exists (fun d_ : nat => match d_ with | 0%nat => d | 1%nat => N | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => x a_ b_ | 1%nat, [a_] => theta a_ | 2%nat, [a_] => y a_ | 3%nat, [] => lambda | 4%nat, [a_] => v a_ | _, _ => 0 end)
    ([0; 0; 0; 1]%nat : list nat) ([b; a; 0; 0]%nat : list nat)
    ([([]%nat, (Ten 3 [])%nat)] : list premise)
    1%nat ([0]%nat : list nat)
    (Der 1 [1] (Add (Mul (Mul (Num (-1)) (Inv (Len 1))) (Sum 1 (Add (Mul (Add (Num 1) (Mul (Num (-1)) (Ten 2 [0]))) (Ln (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))))))) (Mul (Ln (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (Ten 2 [0]))))) (Mul (Mul (Mul (Num 1) (Inv (Num 2))) (Ten 3 [])) (Sum 0 (power (Ten 1 [0]) 2)))))%nat |].
  prove_nonnegative
    (fun d_ : nat => match d_ with | 0%nat => d | 1%nat => N | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => x a_ b_ | 1%nat, [a_] => theta a_ | 2%nat, [a_] => y a_ | 3%nat, [] => lambda | 4%nat, [a_] => v a_ | _, _ => 0 end)
    ([0; 1]%nat : list nat) ([0; 0]%nat : list nat)
    ([([]%nat, (Ten 3 [])%nat)] : list premise)
    ([] : list equation)
    ([] : list definition)
    (Sum 0 (Sum 0 (Mul (Mul (Ten 4 [1]) (Ten 4 [0])) (Der 1 [0] (Der 1 [1] (Add (Mul (Mul (Num (-1)) (Inv (Len 1))) (Sum 1 (Add (Mul (Add (Num 1) (Mul (Num (-1)) (Ten 2 [0]))) (Ln (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))))))) (Mul (Ln (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (Ten 2 [0]))))) (Mul (Mul (Mul (Num 1) (Inv (Num 2))) (Ten 3 [])) (Sum 0 (power (Ten 1 [0]) 2)))))))))%nat
    (Add (Sum 0 (Mul (Ten 3 []) (power (Ten 4 [0]) 2))) (Sum 1 (Mul (Mul (Mul (Inv (Len 1)) (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))))) (Sgm (Sum 0 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (power (Sum 0 (Mul (Ten 4 [0]) (Ten 0 [1; 0]))) 2))))%nat.
Qed.
