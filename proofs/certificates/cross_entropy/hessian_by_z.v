From Derivlab Require Import Certificate.
Open Scope R_scope.

(** Hessian by z *)
Definition z (d : nat) (b : nat -> R) (W : nat -> nat -> R) (h : nat -> R) (i : nat) : R :=
  b i + bsum d (fun j => (W j i) * (h j)).
Definition yhat (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem hessian_by_z : forall (K d : nat) (W : nat -> nat -> R) (h : nat -> R) (b : nat -> R) (y : nat -> R) (j i : nat),
  (0 < K)%nat ->
  (0 < d)%nat ->
  (j < K)%nat ->
  (i < K)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  (ex_derive (fun t => J K (yhat K (upd (z d b W h) i t)) y) (z d b W h i)) /\
  is_derive (fun t => Derive (fun t1 => J K (yhat K (upd (upd (z d b W h) j t) i t1)) y) (upd (z d b W h) j t i)) (z d b W h j)
    ((delta i j) * (yhat K (z d b W h) i) + (-1) * (yhat K (z d b W h) i) * (yhat K (z d b W h) j)).
Proof.
  intros K d W h b y j i Hsize_K Hsize_d Hin_j Hin_i H1.
  split; [prove_exists (fun d_ : nat => match d_ with | 0%nat => K | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => h a_ | 2%nat, [a_] => b a_ | 3%nat, [a_] => y a_ | 4%nat, [a_] => (z d b W h) a_ | _, _ => 0 end)
    ([0; 0; 0; 1]%nat : list nat) ([j; i; 0; 0]%nat : list nat)
    ([] : list premise)
    4%nat ([1]%nat : list nat)
    (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Ten 4 [0])) (Inv (Sum 0 (Exp (Ten 4 [0])))))) (Ten 3 [0]))))%nat |].
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => K | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => h a_ | 2%nat, [a_] => b a_ | 3%nat, [a_] => y a_ | 4%nat, [a_] => (z d b W h) a_ | _, _ => 0 end)
    ([0; 0; 0; 1]%nat : list nat) ([j; i; 0; 0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 0 (Ten 3 [0]))%nat, ratio 1 1)] : list equation)
    ([(4%nat, 1%nat, (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))%nat)] : list definition)
    4%nat ([0]%nat : list nat)
    (Der 4 [1] (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Ten 4 [0])) (Inv (Sum 0 (Exp (Ten 4 [0])))))) (Ten 3 [0])))))%nat
    (Add (Mul (Del 1 0) (Mul (Exp (Add (Ten 2 [1]) (Sum 1 (Mul (Ten 0 [0; 2]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))) (Mul (Mul (Num (-1)) (Mul (Exp (Add (Ten 2 [1]) (Sum 1 (Mul (Ten 0 [0; 2]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))) (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))))%nat.
Qed.
